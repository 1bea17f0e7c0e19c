"""Who hangs where: person and equipment resolved into stances that the organs can be driven with."""
