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
	ETag string `header:"ETag"`
	Body struct {
		Items []T `json:"items"`
	}
}

// Items answers with a whole list.
func Items[T any](items []T, err error) (*ItemsAnswer[T], error) {
	if err != nil {
		return nil, err
	}
	if items == nil {
		items = []T{}
	}
	out := &ItemsAnswer[T]{}
	out.Body.Items = items
	return out, nil
}

// TaggedItems answers with a whole list and its tag, which a change of it as a whole may
// name.
func TaggedItems[T any](items []T, err error) (*ItemsAnswer[T], error) {
	out, err := Items(items, err)
	if err == nil {
		out.ETag = ContentTag(out.Body.Items)
	}
	return out, err
}
