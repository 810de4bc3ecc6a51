"""What REST takes (`asked`) and gives (`given`)."""
