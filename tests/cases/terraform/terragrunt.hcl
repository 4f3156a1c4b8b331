terraform {
  source = "../../modules//net"
#           ^ import ../../modules//net - - include
}
dependency "vpc" {
#           ^ definition section dependency.vpc
  config_path = "../vpc"
#                ^ import ../vpc - - include
}
inputs = {
# <- definition key inputs
  vpc_id = dependency.vpc.outputs.id
# ^ reference keyword inputs
#          ^ nothing
#                     ^ reference read dependency
}
