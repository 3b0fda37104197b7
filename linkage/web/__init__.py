"""The stewards' page: rendered here, in Bahasa Indonesia first. It asks the queue and the accounts, nobody else."""
