"""Tells people and systems what happened: messages, e-mails and signed webhooks, each with its attempts.

Announces EndpointDisabled and DeliveryDead. Hears every fact that somebody should know of; see `consumers`.
"""
