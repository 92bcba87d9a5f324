package api

// Answer is an answer that is one thing.
type Answer[T any] struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     T
}

// PageAnswer is an answer that is a part of a list.
type PageAnswer[T any] struct{ Body Page[T] }

// ItemsAnswer is an answer that is a whole, short list.
type ItemsAnswer[T any] struct {
	Body struct {
		Items []T `json:"items"`
	}
}
