"""Taking personal information out of what leaves the house. Knows nothing of recognizing and scoring."""
