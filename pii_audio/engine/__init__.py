"""The inference core: tensors and token ids only. It knows no files and no personal information."""
