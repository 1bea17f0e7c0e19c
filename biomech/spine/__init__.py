"""The spine: 26 bodies and 25 joints, from the tables of one person to a march through phases."""
