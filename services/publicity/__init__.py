"""publicity: owns items, their editions and placements, and everything the public reads.

Announces ItemPublished, ItemCorrected, ItemWithdrawn and PlacementConfirmed. Hears StoryReleased, StoryRecalled,
OrganisationChanged, OfficeChanged, ChannelChanged and MovementChanged.
"""
