"""How identifiable the people in a set of recordings are: population, linking, score.

Plain Python and numpy over findings; nothing here knows how the words were transcribed or recognized.
"""
