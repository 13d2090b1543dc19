//! Which bytes of one end are which of the other.

use super::{Piece, Way};

/// Tells each piece by which event the other end had moved the last of its bytes. Positions count from the beginning, so
/// this is known only where both ends moved the same number of bytes in all.
pub(super) fn mirror(both: &mut [Vec<Piece>]) {
    let [own, other] = both else { return };
    for way in [Way::Out, Way::In] {
        let sums = [positions(own, way), positions(other, way)];
        if sums[0].last().map(|last| last.0) != sums[1].last().map(|last| last.0) {
            continue;
        }
        tell(own, way, &sums[1]);
        tell(other, way, &sums[0]);
    }
}

/// Bytes moved up to and with each piece of a way, and its event.
fn positions(pieces: &[Piece], way: Way) -> Vec<(u64, u32)> {
    let moving = pieces.iter().filter(|piece| piece.way == Some(way));
    let sum = |sum: &mut u64, piece: &Piece| {
        *sum += piece.moved;
        Some((*sum, piece.event))
    };
    moving.scan(0, sum).collect()
}

fn tell(pieces: &mut [Piece], way: Way, there: &[(u64, u32)]) {
    let mut sum = 0;
    for piece in pieces.iter_mut().filter(|piece| piece.way == Some(way)) {
        sum += piece.moved;
        let at = there.partition_point(|(moved, _)| *moved < sum);
        piece.mirror = there.get(at).map_or(0, |(_, event)| *event);
    }
}
