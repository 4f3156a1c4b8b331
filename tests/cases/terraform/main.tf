# The bucket.
resource "aws_s3_bucket" "lake" {
#                         ^ definition section aws_s3_bucket.lake
#                         ^ doc The bucket.
  bucket = "x"
# ^ nothing
}
module "net" {
#       ^ definition module net
  source = "./modules/net"
#           ^ import ./modules/net - - include
}
variable "region" {}
#         ^ definition variable region
