"""Owns the parts of a score of recall, with their weights: why something came.

The weights were fitted (softmax over the candidates of a question) on conversations, and rounded;
docs/decisions/0014 says how, and what held on conversations left out.
"""

REASONS = {
    "words": 0.5,  # the words themselves (BM25)
    "meaning": 3.0,  # the text's vector
    "each word": 3.5,  # how near it comes to each word of the question
    "with the one before": 5.5,  # the same, for it and what was said right before
    "with both beside": 4.5,  # the same, for it and what was said right before and after
    "thread": 7.0,  # the same, for its whole thread
    "words of the thread": 6.0,  # the best BM25 in its thread
    "speaker": 0.7,  # the question names who said it
    "days": 6.0,  # said on, or about, the days the question names
    "tells when": 1.5,  # the question asks when, and it names a day
    "answers": 2.0,  # it follows a question that is near to this one
    "asks itself": -0.5,  # it is a question: answers are rather found after it
    "says much": 3.0,  # short remarks are rarely an answer
}
"""The parts of a score, each at most 1, and their weights."""
