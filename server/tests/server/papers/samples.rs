//! Papers of a district as they could be.

use jiff::civil::{Date, date};
use kiennghi_server::papers::annexes::{Answered, Entry, Tier};
use kiennghi_server::papers::letter::{
    CaseLine, DueCase, Letter, Letterhead, Reminder, Signer, TransferLetter,
};
use kiennghi_server::papers::report::ConsolidationReport;
use kiennghi_server::papers::sheet::AnswerSheet;
use kiennghi_shared::field_of_work::FieldsOfWork;
use kiennghi_shared::papers::Answer;

const COMMITTEE: &str = "Thường trực Hội đồng nhân dân huyện Đầm Hà";
const EXECUTIVE: &str = "Ủy ban nhân dân huyện Đầm Hà";

/// Where, what, field, how many.
const VOICES: [(&str, &str, &str, u64); 6] = [
    (
        "Xã Quảng Lâm",
        "Đề nghị sớm sửa chữa đoạn đường từ bản Siềng Lống đi trung tâm xã bị sạt lở sau đợt mưa lũ tháng 9, \
         học sinh đi lại rất nguy hiểm.",
        "transport",
        4,
    ),
    (
        "Xã Đại Bình",
        "Đề nghị nạo vét tuyến kênh mương nội đồng Nhâm Cao để bảo đảm nước tưới cho vụ đông xuân.",
        "irrigation",
        2,
    ),
    (
        "Thị trấn Đầm Hà",
        "Đề nghị xử lý tình trạng nước thải từ chợ trung tâm chảy ra khu dân cư phố Lỷ A Coỏng gây mùi hôi.",
        "environment",
        7,
    ),
    (
        "Xã Quảng An",
        "Đề nghị bổ sung bác sĩ và trang thiết bị cho Trạm Y tế xã; hiện người dân phải đi hơn 15 km để siêu âm.",
        "health",
        3,
    ),
    (
        "Xã Dực Yên",
        "Đề nghị xem xét lại mức hỗ trợ đối với hộ mới thoát nghèo khi tham gia bảo hiểm y tế.",
        "social-policy",
        1,
    ),
    (
        "Xã Tân Bình",
        "Đề nghị tăng cường tuần tra, xử lý thanh niên tụ tập đua xe vào ban đêm trên tuyến Quốc lộ 18A.",
        "security-other",
        2,
    ),
];

pub(super) fn day() -> Date {
    date(2021, 7, 5)
}

fn letterhead() -> Letterhead {
    Letterhead {
        superior: "Hội đồng nhân dân\nhuyện Đầm Hà".to_owned(),
        body: "Thường trực".to_owned(),
        number: Some(5),
        symbol: "TTHĐND".to_owned(),
        place: "Đầm Hà".to_owned(),
        date: Some(day()),
    }
}

fn signer() -> Signer {
    Signer {
        authority: "TM. Thường trực Hội đồng nhân dân\nKT. Chủ tịch".to_owned(),
        post: "Phó Chủ tịch".to_owned(),
        name: "Hoàng Văn Tuyền".to_owned(),
    }
}

fn letter() -> Letter {
    Letter {
        head: letterhead(),
        from: COMMITTEE.to_owned(),
        to: EXECUTIVE.to_owned(),
        about: String::new(),
        remarks: Vec::new(),
        signer: signer(),
        copies: [
            "Thường trực Huyện ủy (báo cáo)",
            "Các Ban HĐND huyện",
            "Lưu: VT",
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

/// A letter of which neither number nor date nor signer is known yet.
pub(super) fn unsigned() -> TransferLetter {
    let mut transfer = transfer(3);
    transfer.letter.head.number = None;
    transfer.letter.head.date = None;
    transfer.letter.signer.post = String::new();
    transfer.letter.signer.name = String::new();
    transfer.answer_before = None;
    transfer
}

pub(super) fn transfer(cases: usize) -> TransferLetter {
    let case = |(place, content, field, voices): (&str, &str, &str, u64)| CaseLine {
        places: place.to_owned(),
        content: content.to_owned(),
        voices,
        field: FieldsOfWork::default().name(field).to_owned(),
        note: String::new(),
    };
    TransferLetter {
        letter: letter(),
        occasion: "các cuộc tiếp xúc cử tri trước kỳ họp thứ 6, Hội đồng nhân dân huyện Đầm Hà khóa XX, nhiệm kỳ \
                   2021 - 2026"
            .to_owned(),
        answer_before: Some(date(2021, 8, 15)),
        cases: VOICES.into_iter().cycle().take(cases).map(case).collect(),
    }
}

pub(super) fn reminder() -> Reminder {
    let case = |(place, content, _, _): (&str, &str, &str, u64)| DueCase {
        places: place.to_owned(),
        content: content.to_owned(),
        dispatch: "05/TTHĐND".to_owned(),
        dispatched: Some(day()),
        agency: "Phòng Kinh tế và Hạ tầng".to_owned(),
        is_answered: false,
        due: Some(date(2021, 8, 15)),
    };
    Reminder {
        letter: letter(),
        answer_before: Some(date(2021, 9, 10)),
        cases: VOICES.into_iter().map(case).collect(),
    }
}

/// Petitions, every third answered, of all tiers in turn.
pub(super) fn entries(count: usize) -> Vec<Entry> {
    let tiers = [Tier::Own, Tier::Higher, Tier::Own, Tier::Lower];
    let entry =
        |(index, (place, content, field, voices)): (usize, (&str, &str, &str, u64))| Entry {
            place: place.to_owned(),
            voices,
            is_case: index % 6 < 5,
            content: content.to_owned(),
            field: field.to_owned(),
            tier: tiers[index % tiers.len()],
            answered: (index % 3 == 0).then(|| Answered {
                agency: "Phòng Kinh tế và Hạ tầng".to_owned(),
                document: format!("{:02}/KTHT", index + 1),
                date: Some(date(2021, 8, 2)),
            }),
            note: String::new(),
        };
    VOICES
        .into_iter()
        .cycle()
        .take(count)
        .enumerate()
        .map(entry)
        .collect()
}

pub(super) fn report(count: usize) -> ConsolidationReport {
    ConsolidationReport {
        head: letterhead(),
        from: COMMITTEE.to_owned(),
        about: "gửi tới kỳ họp thứ 6, Hội đồng nhân dân huyện khóa XX".to_owned(),
        tier: "Cấp huyện".to_owned(),
        entries: entries(count),
        fields: FieldsOfWork::default(),
        remarks: vec![
            "Việc giải quyết, trả lời kiến nghị của cử tri có chuyển biến; tuy nhiên một số kiến nghị về giao \
             thông và môi trường được trả lời chậm, có kiến nghị đã trả lời nhưng chưa dứt điểm."
                .to_owned(),
        ],
        signer: signer(),
        copies: vec!["Thường trực Huyện ủy".to_owned(), "Lưu: VT".to_owned()],
    }
}

pub(super) fn answer_sheet() -> AnswerSheet {
    AnswerSheet {
        village: "Bản Siềng Lống, xã Quảng Lâm".to_owned(),
        occasion: "cuộc tiếp xúc cử tri ngày 05/07/2021".to_owned(),
        asked: VOICES[0].1.to_owned(),
        agency: "Phòng Kinh tế và Hạ tầng".to_owned(),
        answer: Answer {
            outcome: "in-progress".to_owned(),
            measure: "roadmap".to_owned(),
            content: "Ủy ban nhân dân huyện đã giao Phòng Kinh tế và Hạ tầng khảo sát hiện trường ngày 20/7/2021. Đoạn \
                 sạt lở dài 120 m sẽ được kè rọ đá và hoàn trả mặt đường bê tông. Trong thời gian chờ thi công, xã đã \
                 cắm biển cảnh báo và rào chắn."
            .to_owned(),
            number: "01/KTHT".to_owned(),
            date: "2021-08-02".to_owned(),
            roadmap: "Thi công trong quý IV năm 2021".to_owned(),
            expected: "2021-12-20".to_owned(),
            ..Answer::default()
        },
    }
}
