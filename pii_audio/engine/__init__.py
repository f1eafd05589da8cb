"""The inference core: tensors and token ids only. It knows no files, no languages and no personal information."""
