"""The stewards' page: server-rendered, in Bahasa Indonesia first. It asks the queue and the accounts, and nobody else."""
