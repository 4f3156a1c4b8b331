# Where it is.
region = "eu-west-1"
# <- definition key region
# <- doc Where it is.
# <- reference keyword var
