package clock

import (
	"sync"
	"time"
)

var zones sync.Map // by name; there are some 600

// Zone finds a time zone by its name. Unlike time.LoadLocation it reads the zone's
// file once: pages and mails ask for it each time.
func Zone(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	zones.Store(name, zone)
	return zone, nil
}
