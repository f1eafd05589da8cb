"""Transcripts and findings in the forms that others write and read; one module a form.

Readers take parsed JSON and give a Transcript: jsonl, whisper_json, verbose_json, whisperx. Writers take a
Transcript and give text: text, srt, vtt. native is our own JSON, both ways; parquet writes tables.
Nothing here knows where a file lies or how its words were heard.
"""
