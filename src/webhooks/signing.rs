//! The secret of a webhook and the signature by it, as Standard Webhooks has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};

/// With what the text of a secret begins.
const PREFIX: &str = "whsec_";

/// A new secret of 256 random bits, as the other side keeps it.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", STANDARD.encode(rand::random::<[u8; 32]>()))
}

/// The signature of a message: its id, the second it is sent at, its body.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> Result<String> {
    let broken = |cause: &dyn std::fmt::Display| Error::Internal(format!("the secret of a webhook: {cause}"));
    let key = STANDARD.decode(secret.trim_start_matches(PREFIX)).map_err(|cause| broken(&cause))?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|cause| broken(&cause))?;
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_standard_says() {
        // The example of its reference libraries.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        let signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(new_secret().len() > 40);
    }
}
