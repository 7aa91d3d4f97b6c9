using System.Text.Json.Serialization;
using Composer.Core.Settings;

namespace Composer.Search;

/// <summary>How candidates are chosen. Values are only ever appended.</summary>
[JsonConverter(typeof(SettingNameConverter<SearchStrategy>))]
public enum SearchStrategy
{
    /// <summary>Bayesian optimisation of whole orders (<see cref="Strategies.BayesianSearch"/>).</summary>
    OneShot = 0,

    /// <summary>A few layers at a time, at the end of those before (<see cref="Strategies.IncrementalSearch"/>).</summary>
    EndLayer = 1,

    /// <summary>A few layers at a time, in the middle of those before.</summary>
    MiddleLayer = 2,

    /// <summary>Every order (<see cref="Strategies.ExhaustiveSearch"/>).</summary>
    Exhaustive = 3,

    /// <summary>Orders drawn at random (<see cref="Strategies.RandomSearch"/>).</summary>
    Random = 4,

    /// <summary>From the best order to its neighbours (<see cref="Strategies.LocalSearch"/>).</summary>
    LocalSearch = 5,

    /// <summary>Tree-structured Parzen estimators (<see cref="Strategies.TreeParzenSearch"/>).</summary>
    Tpe = 6,
}
