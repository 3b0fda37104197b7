"""What the families of two records say of them: members found on both sides, twins, and who else fits better."""
