package project

// Status is how far a quote is.
type Status string

// The statuses of a quote, which from Approved on is a project.
const (
	Draft      Status = "draft"
	Sent       Status = "sent"
	Approved   Status = "approved"
	Rejected   Status = "rejected"
	InProgress Status = "in_progress"
	Completed  Status = "completed"
	Cancelled  Status = "cancelled"
)
