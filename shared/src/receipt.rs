//! Receipts: a server's signed word of what it has stored. A phone that keeps the last one it was
//! given can show later that rows are missing, even where the database itself looks sound.

use ed25519_dalek::VerifyingKey;
use minicbor::{Decode, Encode};

use crate::id::{Epoch, PublicKey, Signature};

/// What stands before the signed fields, so that the signature is good for nothing else.
const PURPOSE: &[u8] = b"kiennghi receipt 1";

/// The server's word that its history in this epoch, up to this sequence number, has this hash.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// The epoch.
    #[n(0)]
    pub epoch: Epoch,
    /// The last sequence number that was on the disk.
    #[n(1)]
    pub seq: u64,
    /// The chain's link at that number: a SHA-256 over all that got a number up to there.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub chain: [u8; 32],
    /// The signature over [`Receipt::signed_bytes`].
    #[n(3)]
    pub signature: Signature,
}

impl Receipt {
    /// What is signed: the 18 bytes `kiennghi receipt 1`, the epoch (8 bytes), the sequence
    /// number (8 bytes, the highest first) and the chain's link (32 bytes).
    #[must_use]
    pub fn signed_bytes(epoch: &Epoch, seq: u64, chain: &[u8; 32]) -> Vec<u8> {
        [PURPOSE, epoch.as_bytes(), &seq.to_be_bytes(), chain].concat()
    }

    /// Whether the holder of this key signed the receipt.
    #[must_use]
    pub fn verify(&self, key: &PublicKey) -> bool {
        let signed = Self::signed_bytes(&self.epoch, self.seq, &self.chain);
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature.0);
        VerifyingKey::from_bytes(&key.0)
            .is_ok_and(|key| key.verify_strict(&signed, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn signed(key: &SigningKey) -> Receipt {
        let (epoch, seq, chain) = (Epoch([1; 8]), 77, [2; 32]);
        let bytes = Receipt::signed_bytes(&epoch, seq, &chain);
        Receipt {
            epoch,
            seq,
            chain,
            signature: Signature(key.sign(&bytes).to_bytes()),
        }
    }

    #[test]
    fn only_what_was_signed_by_the_key_verifies() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = PublicKey(key.verifying_key().to_bytes());
        let receipt = signed(&key);
        assert!(receipt.verify(&public));
        let altered = [
            Receipt {
                epoch: Epoch([3; 8]),
                ..receipt.clone()
            },
            Receipt {
                seq: 78,
                ..receipt.clone()
            },
            Receipt {
                chain: [3; 32],
                ..receipt.clone()
            },
            signed(&SigningKey::from_bytes(&[8; 32])),
        ];
        for receipt in altered {
            assert!(!receipt.verify(&public), "{receipt:?}");
        }
        assert!(!receipt.verify(&PublicKey([0xff; 32])));
    }

    #[test]
    fn a_receipt_reads_back_what_it_was_written_as() {
        let receipt = signed(&SigningKey::from_bytes(&[7; 32]));
        let bytes = minicbor::to_vec(&receipt).expect("written");
        assert_eq!(minicbor::decode::<Receipt>(&bytes).expect("read"), receipt);
        assert_eq!(Receipt::signed_bytes(&Epoch([0; 8]), 1, &[0; 32]).len(), 66);
    }
}
