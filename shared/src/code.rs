//! The codes by which a server says no. A code's number never changes its meaning; the phone
//! decides by the code, and shows its own words for it.

use minicbor::{Decode, Encode};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal, $vietnamese:literal;)*) => {
        /// Why something was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
        #[cbor(index_only)]
        pub enum Code {
            $($(#[$doc])* #[n($number)] $name = $number,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code's name in bodies of HTTP errors and in logs.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What a person is told, in Vietnamese.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Code::$name => $vietnamese,)* }
            }

            /// Finds the code by the name that an HTTP error's body gives.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Code> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// The body, a frame or a control message is not as docs/protocol.md describes it.
    Malformed = 1, "malformed", "Dữ liệu gửi lên không đọc được.";
    /// A bound of [`limits`](crate::limits) was passed.
    TooLarge = 2, "too_large", "Dữ liệu gửi lên quá lớn.";
    /// The protocol version is not spoken here.
    UnknownProtocol = 3, "unknown_protocol", "Ứng dụng đã cũ, cần cập nhật bản mới.";
    /// No credentials, or none that are known.
    Unauthenticated = 4, "unauthenticated", "Thiết bị chưa được đăng ký.";
    /// The role may not do this, or not in this unit.
    Forbidden = 5, "forbidden", "Tài khoản không có quyền làm việc này ở đơn vị này.";
    /// The document exists with another kind or unit than the one named.
    WrongDocument = 6, "wrong_document", "Bản ghi không khớp với bản ghi đang có ở máy chủ.";
    /// The chunk is not a change, or its encoding is broken.
    BadChange = 7, "bad_change", "Nội dung thay đổi bị hỏng.";
    /// The change's sequence number does not follow the actor's last one.
    BadSequence = 8, "bad_sequence", "Thứ tự thay đổi không đúng.";
    /// Same actor and sequence number, other content.
    Equivocation = 9, "equivocation", "Hai thay đổi khác nhau trùng số thứ tự.";
    /// The actor belongs to another device.
    ForeignActor = 10, "foreign_actor", "Thay đổi không phải của thiết bị này.";
    /// The change names another author than the caller.
    WrongAuthor = 11, "wrong_author", "Thay đổi mang tên người khác.";
    /// An operation refers to something that does not exist or does not fit.
    BadOperation = 12, "bad_operation", "Thay đổi không hợp lệ.";
    /// Applying the change to a copy did not give a sound document.
    TrialFailed = 13, "trial_failed", "Thay đổi làm hỏng bản ghi nên không được nhận.";
    /// The document that results does not fit its kind's schema.
    SchemaMismatch = 14, "schema_mismatch", "Bản ghi không đúng mẫu.";
    /// A one-time code that is unknown, used or expired.
    BadCode = 15, "bad_code", "Mã không đúng, đã dùng hoặc đã hết hạn.";
    /// Nothing is there, or nothing that the caller may see.
    NotFound = 16, "not_found", "Không tìm thấy.";
    /// Too many requests: wait and try again.
    Busy = 17, "busy", "Máy chủ đang bận, xin thử lại sau.";
    /// The server cannot store at the moment; nothing was taken.
    Unavailable = 18, "unavailable", "Máy chủ tạm thời không lưu được, xin thử lại sau.";
    /// A fault inside the server; nothing was taken.
    Internal = 19, "internal", "Máy chủ gặp lỗi, xin thử lại sau.";
    /// The document was erased.
    Gone = 20, "gone", "Bản ghi này đã được xoá theo quy định.";
    /// The sender may no longer write there: kept for the office to look at.
    Review = 21, "review", "Đã chuyển cho Thường trực HĐND xem xét.";
    /// The device was revoked, and nothing that it sent waits for an answer: it keeps nothing any more.
    Revoked = 22, "revoked", "Máy này đã bị thu hồi.";
    /// This device, or those at its address, ask too often: wait and try again.
    TooManyRequests = 23, "too_many_requests", "Gửi quá nhiều lần trong thời gian ngắn, xin chờ rồi thử lại.";
    /// No such user, or not with this password, passkey or code.
    WrongCredentials = 24, "wrong_credentials", "Tên đăng nhập hoặc mật khẩu không đúng.";
    /// The new password is too short, or one that is guessed early.
    WeakPassword = 25, "weak_password", "Mật khẩu quá dễ đoán. Hãy dùng ít nhất 10 ký tự, ghép từ nhiều từ không liên quan.";
    /// The name or code is taken.
    Taken = 26, "taken", "Tên hoặc mã này đã có.";
    /// A value of a form is not as it must be.
    Invalid = 27, "invalid", "Có mục chưa đúng. Hãy kiểm tra lại các mục đã điền.";
    /// The last administrator cannot go.
    LastAdmin = 28, "last_admin", "Phải còn ít nhất một người quản trị không có ngày hết hạn.";
    /// Somebody else changed it since it was read.
    ChangedMeanwhile = 29, "changed_meanwhile", "Người khác vừa sửa mục này. Hãy mở lại rồi sửa tiếp.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_codes_and_are_unique() {
        for code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(*code));
        }
    }
}
