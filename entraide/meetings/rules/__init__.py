"""The decisions of meetings: values in, values out. No Django, clock, chance, database or network in this folder."""
