//! Object identifiers that the common crates do not have, each with the text that assigns it.

use der::asn1::ObjectIdentifier;

macro_rules! oids {
    ($($(#[$doc:meta])+ $name:ident = $dotted:literal;)+) => {
        $($(#[$doc])+ pub const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);)+
    };
}

oids! {
    /// id-Ed25519 (RFC 8410 §3).
    ED25519 = "1.3.101.112";
    /// id-ecPublicKey (RFC 5480 §2.1.1).
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /// prime-field (X9.62; RFC 3279 §2.3.5).
    PRIME_FIELD = "1.2.840.10045.1.1";
    /// secp256r1, P-256 (RFC 5480 §2.1.1.1).
    SECP256R1 = "1.2.840.10045.3.1.7";
    /// secp384r1, P-384 (RFC 5480 §2.1.1.1).
    SECP384R1 = "1.3.132.0.34";
    /// ecdsa-with-SHA256 (RFC 5758 §3.2).
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384 (RFC 5758 §3.2).
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
    /// rsaEncryption (RFC 4055 §1.2).
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// id-mgf1 (RFC 4055 §2.2).
    MGF1 = "1.2.840.113549.1.1.8";
    /// id-RSASSA-PSS (RFC 4055 §3.1).
    RSASSA_PSS = "1.2.840.113549.1.1.10";
    /// id-sha1 (RFC 3279 §2.1): in the CertID of OCSP only.
    SHA1 = "1.3.14.3.2.26";
    /// id-sha256 (RFC 5754 §2.2).
    SHA256 = "2.16.840.1.101.3.4.2.1";

    /// commonName (X.520).
    COMMON_NAME = "2.5.4.3";
    /// surname (X.520).
    SURNAME = "2.5.4.4";
    /// serialNumber of a subject (X.520).
    SERIAL_NUMBER = "2.5.4.5";
    /// countryName (X.520).
    COUNTRY = "2.5.4.6";
    /// localityName (X.520).
    LOCALITY = "2.5.4.7";
    /// organizationName (X.520).
    ORGANISATION = "2.5.4.10";
    /// givenName (X.520).
    GIVEN_NAME = "2.5.4.42";
    /// organizationIdentifier (X.520; ETSI EN 319 412-1 §5.1.4).
    ORGANISATION_IDENTIFIER = "2.5.4.97";

    /// subjectKeyIdentifier (RFC 5280 §4.2.1.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    /// keyUsage (RFC 5280 §4.2.1.3).
    KEY_USAGE = "2.5.29.15";
    /// privateKeyUsagePeriod (RFC 3280 §4.2.1.4).
    PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16";
    /// subjectAltName (RFC 5280 §4.2.1.6).
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// issuerAltName (RFC 5280 §4.2.1.7).
    ISSUER_ALT_NAME = "2.5.29.18";
    /// basicConstraints (RFC 5280 §4.2.1.9).
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// cRLNumber (RFC 5280 §5.2.3).
    CRL_NUMBER = "2.5.29.20";
    /// reasonCode (RFC 5280 §5.3.1).
    REASON_CODE = "2.5.29.21";
    /// issuingDistributionPoint (RFC 5280 §5.2.5).
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// cRLDistributionPoints (RFC 5280 §4.2.1.13).
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies (RFC 5280 §4.2.1.4).
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// authorityKeyIdentifier (RFC 5280 §4.2.1.1).
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    /// extKeyUsage (RFC 5280 §4.2.1.12).
    EXTENDED_KEY_USAGE = "2.5.29.37";
    /// authorityInfoAccess (RFC 5280 §4.2.2.1).
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// id-ad-caIssuers (RFC 5280 §4.2.2.1).
    CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    /// id-ad-ocsp (RFC 5280 §4.2.2.1).
    OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-pkix-ocsp-basic (RFC 6960 §4.2.1).
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    /// id-pkix-ocsp-nonce (RFC 9654 §2.1).
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    /// id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1).
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// id-kp-OCSPSigning (RFC 6960 §4.2.2.2).
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    /// id-kp-serverAuth (RFC 5280 §4.2.1.12).
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    /// id-kp-clientAuth (RFC 5280 §4.2.1.12).
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    /// qcStatements (RFC 3739 §3.2.6).
    QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
    /// id-qcs-pkixQCSyntax-v2 (RFC 3739 §3.2.6.1).
    QC_SYNTAX_V2 = "1.3.6.1.5.5.7.11.2";
    /// id-etsi-qcs-semanticsId-Natural (ETSI EN 319 412-1 §5.1.3).
    SEMANTICS_NATURAL = "0.4.0.194121.1.1";
    /// id-etsi-qcs-QcCompliance (ETSI EN 319 412-5 §4.2.1).
    QC_COMPLIANCE = "0.4.0.1862.1.1";
    /// id-etsi-qcs-QcSSCD (ETSI EN 319 412-5 §4.2.2).
    QC_SSCD = "0.4.0.1862.1.4";
    /// id-etsi-qcs-QcPDS (ETSI EN 319 412-5 §4.3.4).
    QC_PDS = "0.4.0.1862.1.5";
    /// id-etsi-qcs-QcType (ETSI EN 319 412-5 §4.2.3).
    QC_TYPE = "0.4.0.1862.1.6";
    /// id-etsi-qct-esign (ETSI EN 319 412-5 §4.2.3).
    QC_TYPE_ESIGN = "0.4.0.1862.1.6.1";
    /// id-etsi-qcs-QcCClegislation (ETSI EN 319 412-5 §4.2.4).
    QC_CC_LEGISLATION = "0.4.0.1862.1.7";
    /// NCP+ (ETSI EN 319 411-1 §5.3).
    POLICY_NCP_PLUS = "0.4.0.2042.1.2";
    /// QCP-n-qscd (ETSI EN 319 411-2 §5.3).
    POLICY_QCP_N_QSCD = "0.4.0.194112.1.2";

    /// id-icao-mrtd-security-ldsSecurityObject (Doc 9303-10 §4.6.2.3).
    LDS_SECURITY_OBJECT = "2.23.136.1.1.1";
    /// id-icao-cscaMasterList (Doc 9303-12 §9.2).
    CSCA_MASTER_LIST = "2.23.136.1.1.2";
    /// id-icao-cscaMasterListSigningKey (Doc 9303-12 §7.1.1.3).
    MASTER_LIST_SIGNING = "2.23.136.1.1.3";
    /// id-icao-mrtd-security-aaProtocolObject (Doc 9303-11 §9.2.8).
    ACTIVE_AUTHENTICATION = "2.23.136.1.1.5";
    /// id-PACE-ECDH-GM-AES-CBC-CMAC-128 (Doc 9303-11 §9.2.1).
    PACE_ECDH_GM_AES_128 = "0.4.0.127.0.7.2.2.4.2.2";
    /// id-CA-ECDH-AES-CBC-CMAC-128 (Doc 9303-11 §9.2.5).
    CA_ECDH_AES_128 = "0.4.0.127.0.7.2.2.3.2.2";
    /// id-PK-ECDH (Doc 9303-11 §9.2.6).
    PK_ECDH = "0.4.0.127.0.7.2.2.1.2";
    /// ecdsa-plain-SHA256 (TR-03111 §5.2.1; Doc 9303-11 §9.2.8).
    ECDSA_PLAIN_SHA256 = "0.4.0.127.0.7.1.1.4.1.3";
    /// id-icao-mrtd-security-extensions-nameChange (Doc 9303-12 §7.1.1.5).
    NAME_CHANGE = "2.23.136.1.1.6.1";
    /// id-icao-mrtd-security-extensions-documentTypeList (Doc 9303-12 §7.1.1.6).
    DOCUMENT_TYPE_LIST = "2.23.136.1.1.6.2";
    /// id-signedData (RFC 5652 §5.1).
    SIGNED_DATA = "1.2.840.113549.1.7.2";
    /// contentType attribute (RFC 5652 §11.1).
    CONTENT_TYPE = "1.2.840.113549.1.9.3";
    /// messageDigest attribute (RFC 5652 §11.2).
    MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
    /// signingTime attribute (RFC 5652 §11.3).
    SIGNING_TIME = "1.2.840.113549.1.9.5";

    /// Example policy of the card authentication certificates. RFC 5612 reserves the enterprise number 32473
    /// for examples; a State puts its own arc here.
    EXAMPLE_POLICY_AUTHENTICATION = "1.3.6.1.4.1.32473.1.1";
    /// Example policy of the card signature certificates, under the example arc.
    EXAMPLE_POLICY_SIGNATURE = "1.3.6.1.4.1.32473.1.2";
    /// Example policy of the certificates of offices, stations, agencies and hospitals, under the example
    /// arc.
    EXAMPLE_POLICY_SERVICE = "1.3.6.1.4.1.32473.1.3";
    /// Example purpose of a key that signs credentials, under the example arc: no document assigns one for
    /// SD-JWT VC or CWT.
    EXAMPLE_CREDENTIAL_SIGNING = "1.3.6.1.4.1.32473.2.1";
    /// Example purpose of a key that signs status lists: id-kp-oauthStatusSigning
    /// (draft-ietf-oauth-status-list-21 §10) has no number yet.
    EXAMPLE_STATUS_LIST_SIGNING = "1.3.6.1.4.1.32473.2.2";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_of_our_own_stand_under_the_arc_for_examples() {
        for policy in [
            EXAMPLE_POLICY_AUTHENTICATION,
            EXAMPLE_POLICY_SIGNATURE,
            EXAMPLE_POLICY_SERVICE,
            EXAMPLE_CREDENTIAL_SIGNING,
            EXAMPLE_STATUS_LIST_SIGNING,
        ] {
            assert!(policy.to_string().starts_with("1.3.6.1.4.1.32473."));
        }
    }
}
