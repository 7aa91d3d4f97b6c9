namespace Nuke.Common;

/// <summary>A target of the build: a delegate that writes its definition into the given one.</summary>
public delegate ITargetDefinition Target(ITargetDefinition definition);
