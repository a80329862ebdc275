import { CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  type IDistribution,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { HomeTable } from "../../shared/contract.ts";
import type { FleetConfig, StatusPageConfig } from "../config/fleet-config.ts";
import { acknowledge } from "../parts/acknowledge.ts";
import { FleetFunction } from "../parts/fleet-function.ts";
import { publishEnvironment } from "../parts/function-environment.ts";
import { publishPermissions } from "./home-permissions.ts";

type Tables = Readonly<Record<HomeTable, Table>>;

/** It builds some texts; the rest is waiting for tables. */
const MEMORY_MB = 256;

/** The fleet's public status page; null if it has none. */
export function publicStatusPage(
  scope: Construct,
  fleet: FleetConfig,
  tables: Tables,
): PublicStatusPage | null {
  if (fleet.statusPage === null) return null;
  return new PublicStatusPage(scope, "StatusPage", { fleet, page: fleet.statusPage, tables });
}

/** Whose page it is, what it shows, and what it is made of. */
interface PublicStatusPageProps {
  readonly fleet: FleetConfig;
  readonly page: StatusPageConfig;
  readonly tables: Tables;
}

/**
 * A static site in a private bucket, which only one CloudFront distribution may read and only the
 * publish function may write.
 */
class PublicStatusPage extends Construct {
  readonly publish: FleetFunction;

  constructor(scope: Construct, id: string, { fleet, page, tables }: PublicStatusPageProps) {
    super(scope, id);
    const bucket = this.#bucket();
    const { distributionDomainName } = this.#distribution(bucket, page);
    this.publish = new FleetFunction(this, "Publish", {
      fleet,
      function: "publish",
      memoryMb: MEMORY_MB,
      environment: publishEnvironment(fleet, page, bucket.bucketName),
      permissions: publishPermissions(this, fleet, { tables, bucket }),
      vpc: null,
      reservedConcurrency: fleet.options.reservedConcurrency ? 1 : null,
    });
    const site = this.node.findChild("Site").node.defaultChild as CfnBucket;
    acknowledge(
      this.publish.role,
      [`AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(site)}.Arn>/*]`],
      "The site's files are written, and it may have a badge for any task.",
    );
    new CfnOutput(this, "Url", {
      description: "The public status page",
      value: `https://${page.domain?.name ?? distributionDomainName}/`,
    });
  }

  #bucket(): IBucket {
    const bucket = new Bucket(this, "Site", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Also if its first deploy fails: it may have files by then, and a bucket with files can't be
      // deleted. Its name is CloudFormation's, so it is in nobody's way.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      bucket,
      ["AwsSolutions-S1"],
      "One function writes it and one distribution reads it; the page is public and made anew each minute.",
    );
    return bucket as IBucket;
  }

  #distribution(bucket: IBucket, { domain }: StatusPageConfig): IDistribution {
    const distribution = new Distribution(this, "Distribution", {
      comment: "Status page",
      defaultRootObject: "index.html",
      priceClass: PriceClass.PRICE_CLASS_100,
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy: this.#headers(),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
      ...(domain !== null && {
        domainNames: [domain.name],
        certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      }),
    });
    acknowledge(
      distribution,
      ["AwsSolutions-CFR1", "AwsSolutions-CFR2", "AwsSolutions-CFR3", "AwsSolutions-CFR4"],
      "The page is public and static: there is nobody to keep out, and nothing to attack or to count.",
    );
    return distribution as IDistribution;
  }

  #headers(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, "Headers", {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy:
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: false,
          override: true,
        },
      },
    });
  }
}
