from pii_audio.cli import main

main()
