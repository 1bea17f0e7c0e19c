"""Blood under tilt: a closed loop of compartments with a beating heart, reflexes and filtration."""
