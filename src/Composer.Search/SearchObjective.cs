using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Search;

/// <summary>What a search improves. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<SearchObjective>))]
public enum SearchObjective
{
    /// <summary>The score, lower is better.</summary>
    Score = 0,

    /// <summary>Bytes of KV cache per token beside the score: the front of the two.</summary>
    KvCache = 1,

    /// <summary>Training FLOPs per token beside the score: the front of the two.</summary>
    Flops = 2,
}
