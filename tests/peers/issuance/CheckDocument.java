import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.icao.DataGroupHash;
import org.bouncycastle.asn1.icao.LDSSecurityObject;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Passive authentication by BouncyCastle: EF.SOD CSCA[,LINK] CSCA-CRL[,CSCA-CRL] NUMBER=FILE ...
 * The first certificate is the trust anchor; link certificates lead from it to the CSCA key that certified the signer.
 * Ends with code 0 and the word "accepted" only when signature, chain with revocation, and all data groups are good.
 */
public class CheckDocument {
    public static void main(String[] arguments) {
        Security.addProvider(new BouncyCastleProvider());
        try {
            check(arguments);
            System.out.println("accepted");
        } catch (Exception refusal) {
            System.out.println("refused: " + refusal.getMessage());
            System.exit(1);
        }
    }

    private static void check(String[] arguments) throws Exception {
        CMSSignedData signed = new CMSSignedData(unwrap(read(arguments[0])));
        X509Certificate signer = verifySignature(signed);
        verifyChain(signer, arguments[1], arguments[2]);
        byte[] content = (byte[]) signed.getSignedContent().getContent();
        LDSSecurityObject object = LDSSecurityObject.getInstance(ASN1Primitive.fromByteArray(content));
        require(object.getVersion() == 1, "version of the LDS security object");
        require("0108".equals(object.getVersionInfo().getLdsVersion()), "LDS version");
        List<String> files = Arrays.asList(arguments).subList(3, arguments.length);
        require(object.getDatagroupHash().length == files.size(), "number of data groups");
        for (String file : files) {
            verifyDataGroup(object, file);
        }
    }

    private static X509Certificate verifySignature(CMSSignedData signed) throws Exception {
        require(signed.isDetachedSignature() == false, "content inside");
        Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
        require(signers.size() == 1, "one signer");
        SignerInformation signer = signers.iterator().next();
        Collection<?> matches = signed.getCertificates().getMatches(signer.getSID());
        require(matches.size() == 1, "the signer's certificate inside");
        X509CertificateHolder holder = (X509CertificateHolder) matches.iterator().next();
        X509Certificate certificate = certificate(holder.getEncoded());
        boolean good = signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(certificate));
        require(good, "signature");
        return certificate;
    }

    private static void verifyChain(X509Certificate signer, String certificates, String crls) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509", "BC");
        String[] line = certificates.split(",");
        List<X509Certificate> path = new ArrayList<>(List.of(signer));
        for (int at = line.length - 1; at > 0; at--) {
            path.add(certificate(read(line[at])));
        }
        Collection<Object> store = new ArrayList<>(path);
        for (String crl : crls.split(",")) {
            store.add(factory.generateCRL(new ByteArrayInputStream(read(crl))));
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(read(line[0])), null)));
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(store), "BC"));
        CertPathValidator.getInstance("PKIX", "BC").validate(factory.generateCertPath(path), parameters);
    }

    private static void verifyDataGroup(LDSSecurityObject object, String argument) throws Exception {
        String[] parts = argument.split("=", 2);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(read(parts[1]));
        for (DataGroupHash group : object.getDatagroupHash()) {
            if (group.getDataGroupNumber() == Integer.parseInt(parts[0])) {
                require(Arrays.equals(hash, group.getDataGroupHashValue().getOctets()), "data group " + parts[0]);
                return;
            }
        }
        throw new Exception("data group " + parts[0] + " is not listed");
    }

    private static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new ByteArrayInputStream(der));
    }

    /** Takes the content of tag 77, whose length has one, two or three octets. */
    private static byte[] unwrap(byte[] file) throws Exception {
        require(file[0] == 0x77, "tag 77");
        int lengthOctets = (file[1] & 0x80) == 0 ? 1 : 1 + (file[1] & 0x7f);
        return Arrays.copyOfRange(file, 1 + lengthOctets, file.length);
    }

    private static byte[] read(String path) throws Exception {
        return Files.readAllBytes(Path.of(path));
    }

    private static void require(boolean condition, String what) throws Exception {
        if (!condition) {
            throw new Exception(what);
        }
    }
}
