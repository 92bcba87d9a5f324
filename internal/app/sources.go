package app

import (
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// systems are those that numbers are read from: a new connector is one line here.
func (a *App) systems() []upstream.Source {
	return []upstream.Source{}
}

// dataSources makes the data sources over a database.
func (a *App) dataSources(database *db.DB, told datasource.Notifier) (*datasource.Service, error) {
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: a.config.Upstreams.Configured()})
	if err != nil {
		return nil, err
	}
	return datasource.New(datasource.Deps{
		DB: database, Secrets: a.secrets, Systems: a.systems(), Client: client, Notify: told, BaseURL: a.config.BaseURL,
	})
}
