//! What SQLite calls: its virtual file system as C functions over [`Disk`]. The only module with
//! unsafe code, and nothing else in it: a pointer is turned into a reference, and the call is
//! handed on.
//!
//! What every function relies on, by SQLite's contract (sqlite.org/c3ref/io_methods.html): the
//! file pointer is one that `open` below has filled and `close` has not ended; buffers are as
//! long as it says; text ends with a zero; no two threads use one file at the same time.
#![expect(unsafe_code, reason = "SQLite's file systems are C functions")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{NonNull, null_mut};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering, fence};

use rusqlite::ffi;

use crate::disk::{Disk, Handle};
use crate::locks::Level;
use crate::random::Random;

/// The name under which SQLite knows the disks.
pub const VFS: &str = "kiennghi-disk";

const NAME: &CStr = c"kiennghi-disk";
const PATH_BYTES_MAX: c_int = 512;
const SECTOR_BYTES: c_int = 4096;
/// Noon of 1 January 2025 as a Julian day in milliseconds: time stands still on these disks.
const NOW_JULIAN_MS: i64 = 212_602_579_200_000;

/// SQLite's file object with ours behind it; SQLite allocates as many bytes as this has.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    handle: *mut Handle,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Makes the disks known to SQLite, once for the process.
pub(crate) fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let vfs = Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: size_of::<File>() as c_int,
            mxPathname: PATH_BYTES_MAX,
            pNext: null_mut(),
            zName: NAME.as_ptr(),
            pAppData: null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: None,
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        });
        // SAFETY: SQLite keeps the pointer for as long as the process lives, and so does the leak.
        let registered = unsafe { ffi::sqlite3_vfs_register(Box::leak(vfs), 0) };
        assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes a file system");
    });
}

/// The handle behind a file of SQLite's.
///
/// # Safety
/// As the module says.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a Handle {
    // SAFETY: `open` put a valid handle there, which lives until `close`.
    unsafe { &*(*file.cast::<File>()).handle }
}

/// A path as SQLite passes it.
///
/// # Safety
/// As the module says; `path` is not null.
unsafe fn text<'a>(path: *const c_char) -> &'a str {
    // SAFETY: SQLite's text ends with a zero and outlives the call.
    unsafe { CStr::from_ptr(path) }.to_str().unwrap_or_default()
}

fn code(result: Result<(), c_int>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

/// Offsets and lengths are never negative.
fn size(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or_default()
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    flags_out: *mut c_int,
) -> c_int {
    let file = file.cast::<File>();
    // SAFETY: SQLite gives room for a `File`; without methods it does not close what did not open.
    unsafe { (*file).base.pMethods = std::ptr::null() };
    let has = |flag| flags & flag != 0;
    let opened = if path.is_null() {
        Disk::open_scratch()
    } else {
        Disk::open(
            // SAFETY: as the module says.
            unsafe { text(path) },
            has(ffi::SQLITE_OPEN_CREATE),
            has(ffi::SQLITE_OPEN_DELETEONCLOSE),
        )
    };
    match opened {
        Err(error) => error,
        Ok(handle) => {
            // SAFETY: room for a `File`, as above; `flags_out` is null or an integer's place.
            unsafe {
                file.write(File {
                    base: ffi::sqlite3_file { pMethods: &METHODS },
                    handle: Box::into_raw(Box::new(handle)),
                });
                if let Some(flags_out) = flags_out.as_mut() {
                    *flags_out = flags;
                }
            }
            ffi::SQLITE_OK
        }
    }
}

unsafe extern "C" fn delete(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: as the module says.
    code(Disk::delete(unsafe { text(path) }, sync_folder != 0))
}

unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    _flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: as the module says; `out` is an integer's place.
    unsafe {
        let exists = Disk::exists(text(path));
        exists.map_or_else(
            |error| error,
            |exists| {
                *out = c_int::from(exists);
                ffi::SQLITE_OK
            },
        )
    }
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: as the module says; there is room for so many bytes behind `out`.
    unsafe {
        let path = CStr::from_ptr(path).to_bytes_with_nul();
        if path.len() > size(room) {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(path.as_ptr().cast(), out, path.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let mut random = Random::new(SEED.fetch_add(1, Ordering::Relaxed));
    // SAFETY: there is room for so many bytes behind `out`.
    let out = unsafe { std::slice::from_raw_parts_mut(out.cast::<u8>(), size(count)) };
    out.fill_with(|| random.number() as u8);
    count
}

/// Nobody is there to wait for: who holds a lock is this thread itself, or done in no time.
unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    std::thread::yield_now();
    microseconds
}

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut f64) -> c_int {
    // SAFETY: `out` is a number's place.
    unsafe { *out = NOW_JULIAN_MS as f64 / 86_400_000.0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn current_time_int64(_: *mut ffi::sqlite3_vfs, out: *mut i64) -> c_int {
    // SAFETY: `out` is a number's place.
    unsafe { *out = NOW_JULIAN_MS };
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: `open` made the box, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).handle) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: as the module says; there is room for so many bytes behind `out`.
    let (handle, out) = unsafe {
        let out = std::slice::from_raw_parts_mut(out.cast::<u8>(), size(count));
        (handle(file), out)
    };
    match handle.read(size(offset), out) {
        Ok(read) if read == out.len() => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(error) => error,
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: as the module says; there are so many bytes behind `bytes`.
    let (handle, bytes) = unsafe {
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), size(count));
        (handle(file), bytes)
    };
    code(handle.write(size(offset), bytes))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, bytes: i64) -> c_int {
    // SAFETY: as the module says.
    code(unsafe { handle(file) }.truncate(size(bytes)))
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: as the module says.
    code(unsafe { handle(file) }.sync())
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: as the module says; `out` is a number's place.
    unsafe {
        match handle(file).size() {
            Ok(bytes) => {
                *out = bytes as i64;
                ffi::SQLITE_OK
            }
            Err(error) => error,
        }
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    let Some(level) = Level::from_number(level) else {
        return ffi::SQLITE_MISUSE;
    };
    // SAFETY: as the module says.
    if unsafe { handle(file) }.lock(level) {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_BUSY
    }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: as the module says.
    unsafe { handle(file) }.unlock(Level::from_number(level).unwrap_or_default());
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: as the module says; `out` is an integer's place.
    unsafe { *out = c_int::from(handle(file).is_reserved()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(
    _: *mut ffi::sqlite3_file,
    _operation: c_int,
    _argument: *mut c_void,
) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    SECTOR_BYTES
}

/// As SQLite takes any disk of today to be: what lies beside a write does not change with it.
unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    bytes: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: as the module says; `out` is a pointer's place.
    unsafe {
        let mapped = handle(file).map(size(region), size(bytes), extend != 0);
        *out = mapped.map_or(null_mut(), NonNull::as_ptr).cast();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    first: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: as the module says.
    let handle = unsafe { handle(file) };
    let alone = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    let done = handle.with_memory(|memory, handle| {
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            memory.unlock(handle, size(first), size(count));
            true
        } else {
            memory.lock(handle, size(first), size(count), alone)
        }
    });
    if done {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_BUSY
    }
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {
    fence(Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _delete: c_int) -> c_int {
    // SAFETY: as the module says.
    unsafe { handle(file) }.with_memory(|memory, handle| memory.unmap(handle));
    ffi::SQLITE_OK
}
