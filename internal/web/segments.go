package web

// Segment is one part of a Segments bar.
type Segment string

// A segment is done, at work, or still ahead.
const (
	SegmentDone   Segment = "bg-primary"
	SegmentActive Segment = "bg-primary/45"
	SegmentAhead  Segment = "bg-track"
)
