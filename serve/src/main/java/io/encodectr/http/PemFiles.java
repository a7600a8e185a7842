package io.encodectr.http;

import io.encodectr.file.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and its key as PEM files, as `openssl` and every certificate authority make them.
 *
 * @param certificates the server's certificate, then those that lead to its authority
 * @param key the private key: PKCS #8, not encrypted
 */
public record PemFiles(Path certificates, Path key) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
  private static final char[] NO_PASSWORD = {};

  /**
   * A TLS context of the two.
   *
   * @throws InputException if a file cannot be read, or the two do not belong together
   */
  SSLContext context() {
    try {
      KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      PrivateKey privateKey = privateKey();
      Certificate[] chain = chain();
      requirePair(privateKey, chain[0]);
      keys.setKeyEntry("encode", privateKey, NO_PASSWORD, chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new InputException(
          "cannot serve TLS by %s and %s: %s".formatted(certificates, key, e.getMessage()), e);
    }
  }

  private Certificate[] chain() throws CertificateException {
    byte[] text = read(certificates).getBytes(StandardCharsets.US_ASCII);
    Certificate[] chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(text))
            .toArray(new Certificate[0]);
    if (chain.length == 0) {
      throw new InputException(certificates + " holds no certificate in PEM");
    }
    return chain;
  }

  private PrivateKey privateKey() throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(read(key));
    while (block.find()) {
      String kind = block.group(1);
      if (kind.equals("PRIVATE KEY")) {
        return decode(Base64.getMimeDecoder().decode(block.group(2)));
      }
      if (kind.endsWith("PRIVATE KEY")) {
        throw new InputException(
            "%s holds an %s; PKCS #8 without a password is needed: openssl pkcs8 -topk8 -nocrypt -in %s"
                .formatted(key, kind, key));
      }
    }
    throw new InputException(key + " holds no private key in PEM");
  }

  private PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      PrivateKey decoded = decode(pkcs8, algorithm);
      if (decoded != null) {
        return decoded;
      }
    }
    throw new InputException(key + " holds a key that is none of " + String.join(", ", ALGORITHMS));
  }

  /** Null if the key is one of another algorithm. */
  private static @Nullable PrivateKey decode(byte[] pkcs8, String algorithm)
      throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (InvalidKeySpecException e) {
      return null;
    }
  }

  private void requirePair(PrivateKey privateKey, Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    byte[] message = {1, 2, 3};
    boolean fits;
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(message);
      byte[] signed = signature.sign();
      signature.initVerify(certificate);
      signature.update(message);
      fits = signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      fits = false;
    }
    if (!fits) {
      throw new InputException(key + " is not the key of the first certificate of " + certificates);
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > 1 << 20) {
        throw new InputException(file + " is too large to be a PEM file");
      }
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + " as a PEM file", e);
    }
  }
}
