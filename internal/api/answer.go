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

// Items answers with a whole list, whose tag a change of it as a whole may name.
func Items[T any](items []T, err error) (*ItemsAnswer[T], error) {
	if err != nil {
		return nil, err
	}
	if items == nil {
		items = []T{}
	}
	out := &ItemsAnswer[T]{ETag: ContentTag(items)}
	out.Body.Items = items
	return out, nil
}
