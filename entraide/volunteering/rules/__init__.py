"""The decisions of volunteering: values in, values out. No Django, clock, database or network in this folder."""
