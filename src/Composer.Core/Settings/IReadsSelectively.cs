namespace Composer.Core.Settings;

/// <summary>Settings of which some say whether others are read at all: what is not read is in no key and told to no job.</summary>
public interface IReadsSelectively
{
    /// <summary>Names of the properties that these settings make idle.</summary>
    IReadOnlyCollection<string> Unread { get; }
}
