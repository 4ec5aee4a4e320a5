package drydocktest

import (
	"strings"
	"testing"
	"time"
)

type cluster struct {
	Clusters []struct{ ClusterName, Status string }
}

func TestWorldsAreApart(t *testing.T) {
	server := Start(t)
	one, other := server.World(), server.World()
	if err := one.ECS("CreateCluster", map[string]any{"clusterName": "shop"}, nil); err != nil {
		t.Fatal(err)
	}
	var mine, theirs cluster
	request := map[string]any{"clusters": []string{"shop"}}
	if err := one.ECS("DescribeClusters", request, &mine); err != nil {
		t.Fatal(err)
	}
	if err := other.ECS("DescribeClusters", request, &theirs); err != nil {
		t.Fatal(err)
	}
	if len(mine.Clusters) != 1 || mine.Clusters[0].Status != "ACTIVE" || len(theirs.Clusters) != 0 {
		t.Errorf("mine %v, theirs %v", mine, theirs)
	}
}

func TestErrorsOfECSAreErrors(t *testing.T) {
	world := Start(t).World()
	err := world.ECS("DescribeServices", map[string]any{"cluster": "nowhere", "services": []string{"web"}}, nil)
	if err == nil || !strings.Contains(err.Error(), "ClusterNotFoundException") {
		t.Error(err)
	}
}

func TestTimeMovesWhenTold(t *testing.T) {
	server := Start(t, "--clock", "virtual")
	var before, after struct{ EpochMillis int64 }
	server.Call("GET", "clock", nil, &before)
	server.Advance(90 * time.Minute)
	server.Call("GET", "clock", nil, &after)
	if after.EpochMillis-before.EpochMillis != (90 * time.Minute).Milliseconds() {
		t.Errorf("%d -> %d", before.EpochMillis, after.EpochMillis)
	}
}

func TestASnapshotComesBack(t *testing.T) {
	server := Start(t, "--clock", "virtual")
	world := server.World()
	shop := map[string]any{"clusterName": "shop"}
	if err := world.ECS("CreateCluster", shop, nil); err != nil {
		t.Fatal(err)
	}
	base, again := server.Snapshot(), server.Snapshot()
	if base == again {
		t.Errorf("both are named %s", base)
	}
	var before, after struct{ EpochMillis int64 }
	server.Call("GET", "clock", nil, &before)
	for i := 0; i < 2; i++ {
		server.Advance(time.Hour)
		if err := world.ECS("DeleteCluster", map[string]any{"cluster": "shop"}, nil); err != nil {
			t.Fatal(err)
		}
		server.Restore(base)
	}
	server.Call("GET", "clock", nil, &after)
	var found cluster
	if err := world.ECS("DescribeClusters", map[string]any{"clusters": []string{"shop"}}, &found); err != nil {
		t.Fatal(err)
	}
	if len(found.Clusters) != 1 || found.Clusters[0].Status != "ACTIVE" || before != after {
		t.Errorf("%v, %v -> %v", found, before, after)
	}
}
