"""Public lists of cases, each with the answer expected: how many does the engine answer so, which kinds does it fail?

Not registers: nobody knows the other true pairs in the data, so what is judged are the listed pairs and nothing else.
"""
