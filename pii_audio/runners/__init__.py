"""Where the pipeline runs: `local` on this machine."""
