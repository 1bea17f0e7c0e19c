"""From one body to many: sweeps, ensembles, sensitivity, optimisation; on one machine or a cluster."""
