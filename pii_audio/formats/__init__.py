"""Transcripts and findings in the forms that others write and read; one module a form.

Readers give a Transcript: of parsed JSON (jsonl, whisper_json, verbose_json, whisperx, label_studio) or
of text (srt, vtt, tsv, ctm). Writers take one and give JSON or text; presidio, label_studio and rttm show
findings. native is our own JSON, both ways; parquet reads and writes tables; forms knows them all by name.
Nothing here knows where a file lies or how its words were heard.
"""
