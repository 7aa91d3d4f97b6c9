using System.Text.Json;
using Composer.Core.Settings;

namespace Composer.Core.Tests.Settings;

public sealed class ValueCollectionTests
{
    [Fact]
    public void Lists_and_maps_are_equal_when_their_contents_are()
    {
        ValueList<int> list = [1, 2];
        Assert.Equal(list, new ValueList<int>([1, 2]));
        Assert.Equal(list.GetHashCode(), new ValueList<int>([1, 2]).GetHashCode());
        Assert.NotEqual(list, [2, 1]);
        var map = new ValueMap<int>([new("b", 2), new("a", 1)]);
        Assert.True(map.Equals(new ValueMap<int>([new("a", 1), new("b", 2)])));
        Assert.False(map.Equals(new ValueMap<int>([new("a", 1), new("b", 3)])));
        Assert.Equal(["a", "b"], map.Keys);
    }

    [Fact]
    public void Are_an_array_and_an_object_in_JSON_and_read_back()
    {
        var value = new Section(["x", "y"], new([new("b", 2), new("B", 0.1)]));
        var json = JsonSerializer.Serialize(value);
        Assert.Equal("""{"Texts":["x","y"],"Numbers":{"B":0.1,"b":2}}""", json);
        Assert.Equal(value, JsonSerializer.Deserialize<Section>(json));
    }

    [Theory]
    [InlineData("""{"Texts":[null],"Numbers":{}}""")]
    [InlineData("""{"Texts":"x","Numbers":{}}""")]
    [InlineData("""{"Texts":[],"Numbers":{"a":"x"}}""")]
    public void Anything_else_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Section>(json));

    private sealed record Section(ValueList<string> Texts, ValueMap<double> Numbers);
}
