/** As many regions as the largest fleet that is measured has; smaller ones have the first of them. */
export const REGION_NAMES = [
  "eu-west-1",
  "us-east-1",
  "ap-southeast-2",
  "sa-east-1",
  "eu-central-1",
  "us-west-2",
  "ap-northeast-1",
  "ap-south-1",
  "ca-central-1",
  "af-south-1",
];
