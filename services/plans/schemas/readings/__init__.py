"""Documents on their way to a plan, as REST takes (`asked`) and gives (`given`) them."""
