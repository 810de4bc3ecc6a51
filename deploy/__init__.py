"""What a place to run on needs: native servers, and the sample data of the demonstration."""
